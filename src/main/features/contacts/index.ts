/*
 * People this device has met: strangers, until they are named. The petname is yours, the claimed name theirs, and
 * nobody vouches for it; safety words tell whether both hold the true keys.
 */
export { createContacts, type ContactsParts } from './contacts.ts'
export { safetyWords } from './safety-words.ts'
