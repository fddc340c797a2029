-- Of an event's object the values are kept, and its members' names once for all events alike (docs/decisions/0058).

-- table: reference
CREATE TABLE event_shapes (
	shape BIGINT NOT NULL, -- made from the names: each program finds what any other has written
	names TEXT   NOT NULL, -- a list of texts, as JSON
	CONSTRAINT event_shapes_pkey PRIMARY KEY (shape)
);

-- NULL: data is the whole object. Else it has the values in the order of the names, between brackets and with commas
-- between them; nothing stands where a member was left out. rated_from and rated_to are places in that.
ALTER TABLE events ADD COLUMN shape BIGINT;
