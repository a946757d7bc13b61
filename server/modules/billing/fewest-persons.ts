/** A total over fewer persons would come near to saying what one of them did. */
export const fewestPersons = 5;
