-- Which leave an entry is time of: asked when somebody changes the entry.
CREATE INDEX leave_entries_by_entry ON leave_entries (workspace_id, entry_id);
