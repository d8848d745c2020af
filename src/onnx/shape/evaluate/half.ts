import { roundHalfToEven } from '../../../numbers.ts';

/** Conversions between numbers and the bits of 16-bit floats, rounding to the nearest and ties to even. */

const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

export const largestFloat16 = 65504;

/** Value of an IEEE 754 binary16: 5 bits of exponent (bias 15), 10 of fraction. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Bits of the nearest binary16: infinity from 65,520 on, subnormal below 2⁻¹⁴, one quiet NaN for all. */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfToEven(magnitude * 2 ** 24);
  const exponent = exponentOf(magnitude);
  return sign | (((exponent + 15) << 10) + roundHalfToEven(magnitude * 2 ** (10 - exponent)) - 1024);
}

/** Bits of the nearest binary16 of each, as {@link toFloat16} gives them but much sooner. Node has arrays of them from version 24 on. */
export function float16BitsOf(values: Float32Array): Uint16Array {
  if (typeof Float16Array === 'function') return new Uint16Array(new Float16Array(values).buffer);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const sign = ((bits[i] as number) >>> 16) & 0x8000;
    result[i] = sign | magnitudeBits((bits[i] as number) & 0x7fffffff);
  }
  return result;
}

/** Bits of the nearest binary16 of a positive float32 of these bits. */
function magnitudeBits(bits: number): number {
  if (bits > 0x7f800000) return 0x7e00;
  if (bits >= 0x47800000) return 0x7c00;
  if (bits >= 0x38800000) return (bits - 0x38000000 + 0xfff + ((bits >>> 13) & 1)) >>> 13;
  // Beside one half, a float32 has the steps of a subnormal binary16.
  bits32[0] = bits;
  float32[0] = (float32[0] as number) + 0.5;
  return (bits32[0] as number) - 0x3f000000;
}

/** The upper half of a float32. */
export function fromBfloat16(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0] as number;
}

/** Bits of the nearest bfloat16, which has the exponents of float32: what is no number stays none. */
export function toBfloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  float32[0] = value;
  const bits = bits32[0] as number;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function exponentOf(magnitude: number): number {
  const guess = Math.floor(Math.log2(magnitude));
  return 2 ** guess > magnitude ? guess - 1 : 2 ** (guess + 1) <= magnitude ? guess + 1 : guess;
}
