throw new Error('no runtime on this machine');
