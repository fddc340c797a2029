/* The way to the server. */

/* Where it is: a proxy may have put it below another path. */
export const root = new URL("../", import.meta.url);
