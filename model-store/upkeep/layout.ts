/** The metadata of a data folder. */
export const databaseName = 'keepsake.sqlite';
/** Copies that were made before an upgrade. */
export const backupsName = 'backups';
/** Files of concepts. */
export const blobsName = 'blobs';
/** Copies of files that are kept in a bucket. */
export const cacheName = 'cache';
/** Base models that were added. A backup leaves them out: they are larger than all else, and can be added again. */
export const modelsName = 'models';
/** What goes from one process to another and is no longer there when it has come. */
export const parcelsName = 'parcels';
/** Parts of jobs under way that are too large for a record. */
export const jobFilesName = 'job-files';
/** Work under way, which a backup leaves out: taken up from an old copy it would be done twice. */
export const jobsName = 'jobs';

/** Whether a key is of work under way. */
export function isOfJob(key: string): boolean {
  return /^(ledger|server\/[^/]+\/ledger)\//.test(key);
}
