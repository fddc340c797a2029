-- What a leave charges in all, beside its days: a list of leaves reads no days, and `stint check` compares the two.
ALTER TABLE leaves ADD COLUMN charged BIGINT NOT NULL DEFAULT 0; -- amount, in the policy's unit
ALTER TABLE leaves ADD COLUMN minutes BIGINT NOT NULL DEFAULT 0; -- of working time
UPDATE leaves SET charged = (SELECT COALESCE(sum(d.amount), 0) FROM leave_days d
                             WHERE d.workspace_id = leaves.workspace_id AND d.leave_id = leaves.id),
                  minutes = (SELECT COALESCE(sum(d.minutes), 0) FROM leave_days d
                             WHERE d.workspace_id = leaves.workspace_id AND d.leave_id = leaves.id);
