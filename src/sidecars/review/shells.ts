/** The name or the path of a shell. */
export const shells = /^(.*\/)?(ba|da|a|z|k|c)?sh$/;
