/** Messages read and written in one turn of the event loop: 5 ms. */
export const MESSAGES_A_TURN = 40
