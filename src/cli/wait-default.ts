/** How long a command waits for the cloud unless told otherwise, seconds. */
export const waitSecondsDefault = 600;
