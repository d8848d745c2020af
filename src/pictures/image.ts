/** 8-bit RGB pixels, row-major, 3 bytes a pixel. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}
