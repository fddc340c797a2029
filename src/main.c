/* The program: finds the command in the one table of commands, reads its options and runs it. What commands do is in
 * cli/. */
#include <signal.h>
#include <stdio.h>

#include "cli/cli.h"

#define ARENA_BYTES (256u * 1024 * 1024)

static const struct command commands[] = {
#define COMMAND(words, arguments, options, help, function) {words, arguments, options, help, NULL, function, NULL},
#define ACTION(words, arguments, options, help, events, function) \
	{words, arguments, options, help, events, NULL, function},
#include "cli/commands.def"
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

/* How many words the command has, if they are the first arguments; else 0. */
static int match_words(const char *words, char **arguments)
{
	for (int count = 0;; count++) {
		size_t length = strcspn(words, " ");

		if (!arguments[count] || strlen(arguments[count]) != length || memcmp(arguments[count], words, length) != 0)
			return 0;
		if (!words[length])
			return count + 1;
		words += length + 1;
	}
}

static bool begins_with_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	return strncmp(words, word, length) == 0 && (words[length] == ' ' || !words[length]);
}

/* The commands that begin with the word; all when it is NULL. False when there is none. */
static bool print_commands(FILE *file, const char *word)
{
	bool any = false;

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		char synopsis[64];

		if (word && !begins_with_word(commands[i].words, word))
			continue;
		if (!any)
			fprintf(file, "Commands:\n");
		any = true;
		snprintf(synopsis, sizeof(synopsis), "%s %s", commands[i].words, commands[i].arguments);
		fprintf(file, "  %-30s %s\n", synopsis, commands[i].help);
	}
	return any;
}

static void print_overview(FILE *file)
{
	fprintf(file, "Stint, a time-tracking server.\n\nUsage: stint COMMAND [OPTIONS]\n\n");
	print_commands(file, NULL);
	fprintf(file, "\nstint COMMAND --help says more. To begin: stint serve --demo\n");
}

static void print_help(const struct command *command)
{
	printf("Usage: stint %s%s%s%s\n\n%s\n", command->words, *command->arguments ? " " : "", command->arguments,
	       command->options ? " [OPTIONS]" : "", command->help);
	if (command->events)
		printf("Events: %s\n", command->events);
	options_print_help(command->options);
}

static bool asks_for_help(char **arguments)
{
	for (; *arguments && strcmp(*arguments, "--") != 0; arguments++)
		if (strcmp(*arguments, "--help") == 0 || strcmp(*arguments, "-h") == 0)
			return true;
	return false;
}

static int main_run(const struct command *command, char **arguments)
{
	struct cli cli = {.command = command};
	int        code = EXIT_USAGE;

	arena_init(&cli.arena, ARENA_BYTES);
	if (options_read(&cli, arguments))
		code = command->run ? command->run(&cli) : cli_administer(&cli, command->action);
	arena_destroy(&cli.arena);
	if (fflush(stdout) != 0 && !code)
		code = cli_fail("standard output: the result could not be written");
	return code;
}

/* No command: a wish for help, half a command, or a mistake. */
static int run_none(char **arguments)
{
	const char *word = arguments[0];

	if (!word || (strcmp(word, "--help") != 0 && strcmp(word, "-h") != 0 && strcmp(word, "help") != 0)) {
		if (word && asks_for_help(arguments) && print_commands(stdout, word))
			return EXIT_SUCCESS;
		if (!word)
			print_overview(stderr);
		else if (!print_commands(stderr, word))
			return cli_misused("there is no command \"%s\"; see stint --help", word);
		return EXIT_USAGE;
	}
	print_overview(stdout);
	return EXIT_SUCCESS;
}

int main(int count, char **arguments)
{
	(void)count;
	arguments++;
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
	if (arguments[0] && strcmp(arguments[0], "--version") == 0)
		return main_run(&(struct command){.words = "version", .arguments = "", .run = cli_version}, arguments + 1);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		int words = match_words(commands[i].words, arguments);

		if (words && asks_for_help(arguments + words)) {
			print_help(&commands[i]);
			return EXIT_SUCCESS;
		}
		if (words)
			return main_run(&commands[i], arguments + words);
	}
	return run_none(arguments);
}
