-- The minutes of one member's days, among those of very many members.

CREATE INDEX daily_minutes_by_member ON daily_minutes (workspace_id, user_id, day);
