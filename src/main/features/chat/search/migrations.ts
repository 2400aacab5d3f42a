/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- What is in the index, word by word as it is compared: what was put in is needed to take it out again. \`key\` is when
  -- the message was sent, in 1/2048 ms, so that the index has them in the order in which they are shown. \`n\`: its entry.
  CREATE TABLE chat_words (key INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE, words TEXT NOT NULL) STRICT;

  -- What is no longer to be found, and still has to be taken out of the index.
  CREATE TABLE chat_words_gone (key INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;

  -- Messages that are to be looked at: those of before there was an index, and those that came or changed.
  CREATE TABLE chat_words_due (n INTEGER PRIMARY KEY) STRICT;
  INSERT INTO chat_words_due SELECT n FROM chat_messages;

  -- Within the transaction of whatever changed a message, so that none can be forgotten. What is gone is not found from then
  -- on. A step that makes chat_messages or chat_contents anew makes these anew too.
  CREATE TRIGGER chat_words_came AFTER INSERT ON chat_messages BEGIN
    INSERT INTO chat_words_due (n) VALUES (new.n) ON CONFLICT DO NOTHING;
  END;
  CREATE TRIGGER chat_words_came_late AFTER INSERT ON chat_contents
  WHEN EXISTS (SELECT 1 FROM chat_messages WHERE n = new.n) BEGIN
    INSERT INTO chat_words_due (n) VALUES (new.n) ON CONFLICT DO NOTHING;
  END;
  CREATE TRIGGER chat_words_changed AFTER UPDATE OF words, deleted_by ON chat_messages
  WHEN old.words IS NOT new.words OR (old.deleted_by IS NOT NULL AND new.deleted_by IS NULL) BEGIN
    INSERT INTO chat_words_due (n) VALUES (new.n) ON CONFLICT DO NOTHING;
  END;
  CREATE TRIGGER chat_words_taken_back AFTER UPDATE OF deleted_by ON chat_messages WHEN new.deleted_by IS NOT NULL BEGIN
    INSERT INTO chat_words_gone (key, words) SELECT key, words FROM chat_words WHERE n = new.n;
    DELETE FROM chat_words WHERE n = new.n;
    DELETE FROM chat_words_due WHERE n = new.n;
  END;
  CREATE TRIGGER chat_words_dropped AFTER DELETE ON chat_messages BEGIN
    INSERT INTO chat_words_gone (key, words) SELECT key, words FROM chat_words WHERE n = old.n;
    DELETE FROM chat_words WHERE n = old.n;
    DELETE FROM chat_words_due WHERE n = old.n;
  END;

  -- Words are made before they come here, and parted by spaces: the simplest tokenizer takes them as they are. With
  -- secure-delete nothing stays of a word that is taken out, not even until pieces of the index are put together. They
  -- are put together in small steps elsewhere: by itself it would take 40 ms in the middle of a transaction.
  CREATE VIRTUAL TABLE chat_find USING fts5(words, content='', columnsize=0, tokenize='ascii');
  INSERT INTO chat_find (chat_find, rank) VALUES ('secure-delete', 1);
  INSERT INTO chat_find (chat_find, rank) VALUES ('automerge', 0);
  INSERT INTO chat_find (chat_find, rank) VALUES ('crisismerge', 500);
  `,
  `
  -- Words that are erased while the place of their message stays: what was taken back with the removal of its author.
  CREATE TRIGGER chat_words_erased AFTER DELETE ON chat_contents WHEN EXISTS (SELECT 1 FROM chat_words WHERE n = old.n) BEGIN
    INSERT INTO chat_words_gone (key, words) SELECT key, words FROM chat_words WHERE n = old.n;
    DELETE FROM chat_words WHERE n = old.n;
  END;
  CREATE TRIGGER chat_words_erased_too AFTER UPDATE OF text ON chat_entries
  WHEN new.text IS NULL AND old.text IS NOT NULL AND EXISTS (SELECT 1 FROM chat_words WHERE n = old.n) BEGIN
    INSERT INTO chat_words_gone (key, words) SELECT key, words FROM chat_words WHERE n = old.n;
    DELETE FROM chat_words WHERE n = old.n;
  END;
  `,
]
