-- What is the installation's own.

-- table: reference
-- One row. All nodes of a database share it, and a backup has it: ids that were given out stay good.
CREATE TABLE installation (
	id          BIGINT NOT NULL,
	sealing_key TEXT   NOT NULL, -- of opaque ids; hexadecimal
	CONSTRAINT installation_pkey PRIMARY KEY (id)
);
