-- Rates have a history: what an hour earned before its rate was changed. The rates that stand in members, projects and
-- contracts hold from the day after their last row here, and where there is none, from the beginning.

-- table: tenant
CREATE TABLE past_rates (
	workspace_id BIGINT NOT NULL,
	kind         BIGINT NOT NULL, -- whose it was, as contracts.rate_type: 1 a contract's own, 2 a member's, 3 a project's
	owner_id     BIGINT NOT NULL, -- the contract, member or project
	last_day     BIGINT NOT NULL, -- on which it held: of the member, for projects of the workspace
	rate         BIGINT,          -- NULL: none; of a project also: it was not billed
	rate_type    BIGINT NOT NULL, -- of a contract: whose rate counted; else as kind
	CONSTRAINT past_rates_pkey PRIMARY KEY (workspace_id, kind, owner_id, last_day),
	CONSTRAINT past_rates_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
