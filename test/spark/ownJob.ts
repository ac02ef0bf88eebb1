/** What the command lines of the jobs of this run match: a job is told whose it is, and another run on this machine has jobs, too. */
export const OWN_JOB = `spark/job\\.py.*"pid":${process.pid}\\b`
