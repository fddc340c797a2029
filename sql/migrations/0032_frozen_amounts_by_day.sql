-- What was approved is found by its days: reports show the amounts that were.

CREATE INDEX timesheet_lines_by_day ON timesheet_lines (workspace_id, day);
