/** A certificate chain and its private key, both in PEM, and when they expire. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
  readonly notAfter: Date;
}
