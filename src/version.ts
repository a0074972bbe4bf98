/** The package's version; a test holds it to package.json, which the browser cannot read. */
export const version = "0.1.0";
