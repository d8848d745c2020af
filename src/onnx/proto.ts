/** The codec between ONNX files and {@link Graph}s. */
export { decodeModel } from './decode.ts';
export { encodeModel } from './encode.ts';
