/* The sandbox's data (DESIGN.md 6): the documentation's example in a database, with tokens that everybody knows. */
#ifndef STINT_CLI_DEMO_H
#define STINT_CLI_DEMO_H

#include "cli/cli.h"

/* A database file of its own in a new folder; its URL, or NULL when the reason was printed. */
const char *demo_make_database(struct cli *cli);

/* Removes that file and folder again. `url` as it was made. */
void demo_remove_database(struct cli *cli, const char *url);

/* Fills an empty database; leaves one that has the data as it is. */
enum error demo_fill(struct cli *cli, struct db *db, struct ids *ids);

/* An action that refuses a database with the sandbox's data, whose tokens are no secret. */
enum error demo_refuse(struct cli *cli, struct db_context *context);

#endif
