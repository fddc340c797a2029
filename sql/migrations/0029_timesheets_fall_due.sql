-- Nights of timesheets were kept from the first new sheet on only: workspaces that are there already begin, too.
INSERT INTO due_work (workspace_id, kind, due_at) SELECT w.id, 'timesheets', 0 FROM workspaces w WHERE TRUE
ON CONFLICT (workspace_id, kind) DO NOTHING;
