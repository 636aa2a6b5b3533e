/** The version of this program; a test compares it with package.json, which neither the image nor the bundle has. */
export const programVersion = '0.1.0';
