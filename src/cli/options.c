/* Options: from flags, the environment and the configuration file into the table of values, checked by type. What a
 * value means, only the command knows. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/decimal.h"
#include "cli/cli.h"

#define NAME_MAX_LENGTH 64
#define DEFAULT_FILE    "/etc/stint/stint.conf"

enum option_type { TEXT_OPTION, NUMBER_OPTION, DECIMAL_OPTION, FLAG_OPTION };

static const struct row {
	const char      *name;
	enum option_type type;
	int64_t          minimum, maximum;
	const char      *default_text;
	const char      *value; /* in the help */
	const char      *help;
	bool             is_setting; /* also from the environment and the file */
	bool             is_needed;
} rows[OPTION_COUNT] = {
#define SETTING(symbol, name, type, minimum, maximum, default_text, value, help) \
	[OPTION_##symbol] = {name, type##_OPTION, minimum, maximum, default_text, value, help, true, false},
#define OPTION(symbol, name, type, minimum, maximum, default_text, value, help) \
	[OPTION_##symbol] = {name, type##_OPTION, minimum, maximum, default_text, value, help, false, false},
#define NEEDED(symbol, name, type, minimum, maximum, default_text, value, help) \
	[OPTION_##symbol] = {name, type##_OPTION, minimum, maximum, default_text, value, help, false, true},
#include "cli/options.def"
};

/* False, for `return misused(…)`. */
static bool __attribute__((format(printf, 1, 2))) misused(const char *format, ...)
{
	char    text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	cli_misused("%s", text);
	return false;
}

/* The option's name in the environment. */
static void environment_name(const struct row *row, char ret[static NAME_MAX_LENGTH])
{
	snprintf(ret, NAME_MAX_LENGTH, "STINT_%s", row->name);
	for (char *c = ret; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
}

/* --- one value --------------------------------------------------------------------------------------------------- */

static bool parse_flag(const char *text, bool *ret_on)
{
	static const char *const on[] = {"true", "yes", "on", "1"}, *const off[] = {"false", "no", "off", "0"};

	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		if (strcmp(text, on[i]) == 0 || strcmp(text, off[i]) == 0) {
			*ret_on = strcmp(text, on[i]) == 0;
			return true;
		}
	return false;
}

/* `where` says who gave the text: "--threads", "STINT_THREADS", "stint.conf:3". */
static bool set_value(struct cli *cli, const struct row *row, const char *text, const char *where)
{
	struct option_value value = {.text = text, .number = NONE, .given = true};
	bool                good = true;

	if (!text_is_utf8(text_of(text)))
		return misused("%s: the value is not valid UTF-8", where);
	switch (row->type) {
	case TEXT_OPTION:
		break;
	case FLAG_OPTION:
		if (!parse_flag(text, &value.given))
			return misused("%s: \"%s\" is neither yes nor no", where, text);
		break;
	case NUMBER_OPTION:
		good = text_to_integer(text_of(text), &value.number);
		break;
	case DECIMAL_OPTION:
		good = decimal_parse(text_of(text), &value.number);
		break;
	}
	if (!good)
		return misused("%s: \"%s\" is not a number", where, text);
	if (value.number != NONE && (value.number < row->minimum || value.number > row->maximum))
		return misused("%s: %s is out of range", where, text);
	cli->options[row - rows] = value;
	return true;
}

/* --- flags ------------------------------------------------------------------------------------------------------- */

static const struct row *find_option(const struct cli *cli, const char *name, size_t length)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_takes(cli->command->options, i) && strlen(rows[i].name) == length &&
		    memcmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

/* --name=value, --name value, or --flag. Moves on by the value, where it is an argument of its own. */
static bool read_flag(struct cli *cli, char ***arguments)
{
	const char       *flag = **arguments;
	size_t            length = strcspn(flag, "=");
	const struct row *row = length > 2 ? find_option(cli, flag + 2, length - 2) : NULL;
	const char       *value = "yes";

	if (!row)
		return misused("stint %s does not know %.*s; see stint %s --help", cli->command->words, (int)length, flag,
		               cli->command->words);
	if (flag[length]) {
		value = flag + length + 1;
	} else if (row->type != FLAG_OPTION) {
		value = *++*arguments;
		if (!value)
			return misused("%s needs a value", flag);
	}
	char name[NAME_MAX_LENGTH];
	snprintf(name, sizeof(name), "--%s", row->name);
	return set_value(cli, row, value, name);
}

static int count_words(const char *words)
{
	int count = *words != '\0';

	for (; *words; words++)
		count += *words == ' ';
	return count;
}

static bool read_arguments(struct cli *cli, char **arguments)
{
	int  wanted = count_words(cli->command->arguments), count = 0;
	bool only_arguments = false;

	cli->arguments = arena_alloc_array(&cli->arena, (size_t)wanted + 1, sizeof(char *));
	if (!cli->arguments)
		return misused("out of memory");
	for (; *arguments; arguments++) {
		if (!only_arguments && strcmp(*arguments, "--") == 0)
			only_arguments = true;
		else if (!only_arguments && strncmp(*arguments, "--", 2) == 0) {
			if (!read_flag(cli, &arguments))
				return false;
		} else if (count == wanted)
			return misused("\"%s\" is one argument too many; see stint %s --help", *arguments, cli->command->words);
		else if (!text_is_utf8(text_of(*arguments)))
			return misused("an argument is not valid UTF-8");
		else
			cli->arguments[count++] = *arguments;
	}
	if (count < wanted)
		return misused("stint %s needs: %s", cli->command->words, cli->command->arguments);
	return true;
}

/* --- the environment and the file -------------------------------------------------------------------------------- */

static bool read_environment(struct cli *cli, const struct row *row)
{
	char        name[NAME_MAX_LENGTH];
	const char *value;

	environment_name(row, name);
	value = getenv(name);
	return !value || !*value || cli->options[row - rows].text || set_value(cli, row, value, name);
}

static const struct row *find_setting(struct text name)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (rows[i].is_setting && i != OPTION_CONFIG && text_equal(text_of(rows[i].name), name))
			return &rows[i];
	return NULL;
}

/* "name = value", an empty line or a # comment. What this command does not take is left alone: the file may serve
 * several. `seen`: bits of the settings in the lines above. */
static bool read_line(struct cli *cli, struct text line, const char *where, uint64_t *seen)
{
	const char *equals = line.length ? memchr(line.data, '=', line.length) : NULL;

	if (!line.length || line.data[0] == '#')
		return true;
	if (!equals)
		return misused("%s: \"name = value\" is expected", where);
	struct text       name = text_trim((struct text){line.data, (size_t)(equals - line.data)});
	struct text       rest = {equals + 1, line.length - (size_t)(equals + 1 - line.data)};
	struct text       value = text_copy(&cli->arena, text_trim(rest));
	const struct row *row = find_setting(name);

	if (!row)
		return misused("%s: there is no setting \"%.*s\"", where, (int)name.length, name.data);
	if (option_takes(*seen, (enum option)(row - rows)))
		return misused("%s: %s is given twice", where, row->name);
	*seen |= UINT64_C(1) << (row - rows);
	if (!value.data)
		return misused("out of memory");
	if (!option_takes(cli->command->options, (enum option)(row - rows)) || cli->options[row - rows].text)
		return true;
	return set_value(cli, row, value.data, where);
}

static bool read_file(struct cli *cli, const char *name)
{
	FILE    *file = fopen(name, "re");
	char    *line = NULL;
	size_t   capacity = 0;
	uint64_t seen = 0;
	bool     good = true;

	if (!file)
		return misused("%s: %s", name, strerror(errno));
	for (int number = 1; good; number++) {
		ssize_t length = getline(&line, &capacity, file);
		char    where[256];

		if (length < 0)
			break;
		snprintf(where, sizeof(where), "%s:%d", name, number);
		good = read_line(cli, text_trim((struct text){line, (size_t)length}), where, &seen);
	}
	if (good && ferror(file)) /* a folder, too, can be opened, but not read */
		good = misused("%s: %s", name, strerror(errno));
	free(line);
	fclose(file);
	return good;
}

/* The installed server's file, so that no command works on another database because an option was forgotten. A sandbox
 * is nothing of the installed server's. */
static void choose_file(struct cli *cli)
{
	struct option_value *config = &cli->options[OPTION_CONFIG];

	if (!config->text && option_takes(cli->command->options, OPTION_CONFIG) && !cli->options[OPTION_DEMO].given &&
	    access(DEFAULT_FILE, F_OK) == 0)
		config->text = DEFAULT_FILE;
}

static bool set_defaults(struct cli *cli)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (cli->options[i].text)
			continue;
		if (rows[i].is_needed && option_takes(cli->command->options, i))
			return misused("stint %s needs --%s %s", cli->command->words, rows[i].name, rows[i].value);
		if (rows[i].default_text && !set_value(cli, &rows[i], rows[i].default_text, rows[i].name))
			return false;
		cli->options[i].given = false;
	}
	return true;
}

bool options_read(struct cli *cli, char **arguments)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		cli->options[i].number = NONE;
	if (!read_arguments(cli, arguments))
		return false;
	for (int i = 0; i < OPTION_COUNT; i++)
		if (rows[i].is_setting && option_takes(cli->command->options, i) && !read_environment(cli, &rows[i]))
			return false;
	choose_file(cli);
	if (cli->options[OPTION_CONFIG].text && !read_file(cli, cli->options[OPTION_CONFIG].text))
		return false;
	return set_defaults(cli);
}

/* --- help -------------------------------------------------------------------------------------------------------- */

void options_print_help(uint64_t options)
{
	bool any_setting = false;

	if (options)
		printf("\nOptions:\n");
	for (int i = 0; i < OPTION_COUNT; i++) {
		char synopsis[NAME_MAX_LENGTH];

		if (!option_takes(options, i))
			continue;
		snprintf(synopsis, sizeof(synopsis), "--%s%s%s", rows[i].name, *rows[i].value ? " " : "", rows[i].value);
		printf("  %-30s %s%s%s%s\n", synopsis, rows[i].help, rows[i].default_text ? " Default: " : "",
		       rows[i].default_text ? rows[i].default_text : "", rows[i].default_text ? "." : "");
		any_setting |= rows[i].is_setting;
	}
	if (any_setting)
		printf("\n--database and the like can also be given as STINT_DATABASE in the environment or as\n"
		       "\"database = …\" in the file that --config names, or else in " DEFAULT_FILE ".\n"
		       "A flag comes before the environment, the environment before the file.\n");
}
