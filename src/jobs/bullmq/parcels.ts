import { deserialize, serialize } from 'node:v8';

/** Where what is large lies until whoever it is for has it. What nobody comes for is swept there in the end. */
export interface Parcels {
  /** Returns the name to open it by. */
  send(bytes: Uint8Array): Promise<string>;
  /** Undefined where it is not there any more. */
  open(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
}

/** Larger values travel as parcels, in bytes: all that Redis holds is in its memory. */
const mostBytes = 16 * 2 ** 10;
/** Before the name of a parcel. What `serialize` gives begins with 255. */
const mark = 'parcel:';

/** A value as it stands in Redis: itself, or the name of the parcel that has it. Where none can be sent, Redis has it all the same. */
export async function packed(
  value: unknown,
  parcels: Parcels | undefined,
  onError: (error: unknown) => void,
): Promise<Buffer> {
  const bytes = serialize(value);
  if (!parcels || bytes.length <= mostBytes) return bytes;
  return parcels.send(bytes).then(
    (name) => Buffer.from(mark + name),
    (error: unknown) => {
      onError(error);
      return bytes;
    },
  );
}

/** The parcel that what was packed is in; undefined where it is in none. */
export function parcelOf(bytes: Buffer): string | undefined {
  if (!bytes.subarray(0, mark.length).equals(Buffer.from(mark))) return undefined;
  return bytes.toString().slice(mark.length);
}

/** What was packed, and in which parcel; undefined where that is gone. Rejects where it cannot be fetched now. */
export async function unpacked(
  bytes: Buffer,
  parcels: Parcels | undefined,
): Promise<{ readonly value: unknown; readonly parcel?: string } | undefined> {
  const parcel = parcelOf(bytes);
  if (parcel === undefined) return { value: deserialize(bytes) };
  const opened = await parcels?.open(parcel);
  return opened && { value: deserialize(opened), parcel };
}
