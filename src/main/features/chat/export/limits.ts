/** Messages read and written in one turn of the event loop: 6 ms. */
export const MESSAGES_A_TURN = 100
