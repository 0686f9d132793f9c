/** Trying again soon will not help: a password, a certificate, a setting. */
export class Refused extends Error {}
