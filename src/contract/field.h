/* Inputs and outputs of operations, as tables. The generator makes the tables from api/; http/bind and http/reply
 * interpret them. Nothing here is about one operation. */
#ifndef STINT_CONTRACT_FIELD_H
#define STINT_CONTRACT_FIELD_H

#include "base/text.h"

/* How a value looks on the wire and what holds it in C. */
enum field_type {
	FIELD_INTEGER,        /* int64_t */
	FIELD_DECIMAL,        /* int64_t in 1/10000 */
	FIELD_BOOLEAN,        /* bool */
	FIELD_TEXT,           /* struct text */
	FIELD_DATE,           /* int64_t day number; "2024-01-15" */
	FIELD_TIME,           /* int64_t minutes since midnight; "09:00"; in input also an instant, see TIME_OF_INSTANT */
	FIELD_INSTANT,        /* int64_t UTC second; "2024-01-15T09:00:00Z" */
	FIELD_ZONED_INSTANT,  /* input only: struct zoned_instant; an instant whose offset matters */
	FIELD_ENUM,           /* int64_t code of an enumeration; its name on the wire */
	FIELD_SEALED_ID,      /* int64_t; on the wire a UUID (base/seal.h). One that can't be opened is ID_OF_NOTHING */
	FIELD_INTEGER_LIST,   /* struct integer_list */
	FIELD_TEXT_LIST,      /* input only: struct text_list; each of the field's format */
	FIELD_ENUM_SET,       /* int64_t with a bit (1 << code) for each value; a list of names on the wire */
	FIELD_INPUT_LIST,     /* input only: struct row_list of structs with fields, `given` and faults of their own */
	FIELD_INSTANT_OFFSET, /* output only: int64_t UTC second; "2024-01-15T09:00:00+00:00" */
	FIELD_JSON,           /* output only: struct text that is JSON already */
	FIELD_OBJECT,         /* output only: pointer to a row struct, NULL is null */
	FIELD_LIST,           /* output only: struct row_list of row structs */
	FIELD_MAP,            /* output only: the same, in the order of a date: an object of lists by that date */
	FIELD_VALUE_MAP,      /* output only: the same, of a text and a number each: an object of numbers by that text */
	FIELD_VALUE_LIST      /* output only: struct row_list of row structs with one text each: a list of texts */
};

/* A clock time of input is 0 to 1440, "24:00". Where a clock time is accepted, so is an instant: it comes as its UTC
 * second and this. */
#define TIME_OF_INSTANT (INT64_C(1) << 40)

#define ID_OF_NOTHING (-1) /* no row has it */

/* What more than its type is known of a value. */
enum value_format {
	FORMAT_NONE, /* a text: of one line */
	FORMAT_EMAIL,
	FORMAT_ZONE,
	FORMAT_CURRENCY,
	FORMAT_PASSWORD,
	FORMAT_LINES,   /* a text that may have several */
	FORMAT_ROUNDED, /* a decimal that may come with more decimals than are kept */
};

/* An instant as it was said: 09:00+02:00 is the same instant as 07:00Z, but not the same clock time. */
struct zoned_instant {
	int64_t second; /* UTC; NONE: not given */
	int64_t offset; /* minutes east of UTC; NONE: it was said in UTC, by Z */
};

/* Where it is optional, one without items was not given; one that is empty selects nothing and has items. */
struct integer_list {
	const int64_t *items;
	size_t         count;
};

struct text_list {
	const struct text *items;
	size_t             count;
};

/* Every generated `struct NAME_rows`, and every list, looks like this. */
struct row_list {
	void  *items;
	size_t count;
};

/* Names on the wire and codes in the database. Old names of a value are accepted, never emitted. */
struct enumeration {
	const char *name;
	const struct enumeration_value {
		struct text name;
		int64_t     code;
		bool        alias;
	} * values;
	size_t count;
};

/* The name of a code; "?" where there is none. */
const char *enumeration_name(const struct enumeration *enumeration, int64_t code);

enum field_place { IN_PATH = 1, IN_QUERY = 2, IN_BODY = 4 };

#define FIELD_ALIASES_MAX 2

/* One input. A field that was not given holds its default: `default_value`, or NONE / NO_TEXT / false / an empty
 * list. `given` says whether the request named it (null counts, and stores NONE or NO_TEXT). */
struct field {
	struct text               name;
	const char               *aliases[FIELD_ALIASES_MAX]; /* other accepted names, as many as there are */
	const struct enumeration *enumeration;
	const struct input       *element; /* of FIELD_INPUT_LIST */
	const char               *sealed;  /* of FIELD_SEALED_ID: the kind */
	/* Of the value; a text's characters; a list's items, whose maximum is never missing. NONE: no bound. */
	int64_t           minimum, maximum;
	int64_t           multiple_of; /* of an integer; 1: any */
	int64_t           default_value;
	enum field_type   type;
	enum value_format format;
	uint16_t          offset, given_offset; /* in the input struct; given_offset is a bool */
	int16_t           not_before;           /* index of the field this one must be >= to, or -1 */
	uint8_t           places;               /* enum field_place, or-ed */
	bool              required, nullable;
};

struct input {
	const struct field *fields;
	uint16_t            count, size;
	bool                takes_body;
	uint16_t            faults_offset; /* of an element of FIELD_INPUT_LIST: its own `struct fault *` */
};

/* Keys stand in the table itself and are copied whole: a copy of a known size costs a fifth of any other. */
#define OUTPUT_KEY_SIZE 32

/* One member of an object in a reply. */
struct output_field {
	char                      key[OUTPUT_KEY_SIZE]; /* with what precedes the value: `"id":` first, then `,"name":` */
	const struct enumeration *enumeration;
	const struct output *nested; /* of FIELD_OBJECT, lists and maps; of FIELD_VALUE_MAP and -_LIST the value alone */
	const char          *sealed; /* of FIELD_SEALED_ID: the kind */
	enum field_type      type;
	uint16_t             offset; /* in the row struct */
	uint8_t              key_length;
	bool                 omit_null; /* left out when its value is null: of lists and maps, items NULL */
	bool                 spread;    /* of FIELD_MAP: its members stand beside the others; not the first */
	uint16_t             map_key;   /* of maps: where the date, or the text, is in their rows */
};

struct output {
	const struct output_field *fields;
	uint16_t                   count, row_size;
};

/* The names of an object's members, in order, under a number that is made from them. */
struct event_shape {
	const struct output *output;
	int64_t              number;
	struct text          names; /* a JSON list */
};

/* A file of `stint export`: all rows of a workspace that the statement finds. */
struct export
{
	const char          *file, *statement;
	const struct output *output;
};

#endif
