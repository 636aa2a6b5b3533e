/** Where the documentation is: the directory of the repository, until there is an address for it. */
export const documentation = 'docs/';
