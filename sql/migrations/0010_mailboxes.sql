-- An address is shown as it was given, and is the same mailbox however it is spelled. What is there is folded by the
-- program, which knows how (cli/mailboxes.c): no mailbox yet, or one that an earlier row has already.

ALTER TABLE users ADD COLUMN mailbox TEXT;
ALTER TABLE members ADD COLUMN mailbox TEXT;
CREATE UNIQUE INDEX users_mailbox_unique ON users (mailbox); -- error: CONFLICT
DROP INDEX members_email_unique;
CREATE UNIQUE INDEX members_mailbox_unique ON members (workspace_id, mailbox) WHERE deleted_at IS NULL; -- error: MEMBER_EXISTS
