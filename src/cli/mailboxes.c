/* Addresses from before they had a mailbox, or that share one: folded where that is clear, told where it is not.
 * Nothing is merged: only the operator can find out to whom two accounts of one mailbox belong. */
#include "base/mailbox.h"

#include <stdio.h>

#include "base/log.h"
#include "cli/cli.h"
#include "statements.h"

#define BATCH 1000

/* Of users, or of a workspace's members. */
struct mailbox_owners {
	const char *what;
	enum error (*list)(struct db_context *context, int64_t after_id, int64_t most, struct address_rows *ret);
	enum error (*find)(struct db_context *context, struct text mailbox, int64_t *ret_id);
	enum error (*set)(struct db_context *context, int64_t id, struct text mailbox);
};

static enum error find_user_of(struct db_context *context, struct text mailbox, int64_t *ret_id)
{
	struct user_rows users;

	TRY(sql_list_accounts_of_mailbox(context, mailbox, NONE, 1, &users));
	*ret_id = users.count ? users.items[0].id : NONE;
	return ERROR_NONE;
}

static enum error find_member_of(struct db_context *context, struct text mailbox, int64_t *ret_id)
{
	struct member_row member;
	bool              found;

	TRY(sql_find_member_by_mailbox(context, mailbox, &member, &found));
	*ret_id = found ? member.id : NONE;
	return ERROR_NONE;
}

static const struct mailbox_owners accounts = {"account", sql_list_users_without_mailbox, find_user_of,
                                               sql_set_user_mailbox};
static const struct mailbox_owners members = {"member", sql_list_members_without_mailbox, find_member_of,
                                              sql_set_member_mailbox};

typedef enum error mailbox_action(struct db_context *context, const struct mailbox_owners *owners,
                                  const struct address_row *address, size_t *count);

static enum error fold_mailbox(struct db_context *context, const struct mailbox_owners *owners,
                               const struct address_row *address, size_t *count)
{
	struct text mailbox = mailbox_of(context->arena, address->email);
	int64_t     other = NONE;

	if (!mailbox.data)
		return ERROR_NONE;
	TRY(owners->find(context, mailbox, &other));
	if (other != NONE)
		return ERROR_NONE;
	(*count)++;
	return owners->set(context, address->id, mailbox);
}

static enum error tell_mailbox(struct db_context *context, const struct mailbox_owners *owners,
                               const struct address_row *address, size_t *count)
{
	struct text mailbox = mailbox_of(context->arena, address->email);
	char        quoted[512];
	int64_t     other = NONE;

	if (mailbox.data)
		TRY(owners->find(context, mailbox, &other));
	if (context->workspace_id)
		printf("workspace %lld ", (long long)context->workspace_id);
	printf("%s %lld: %s ", owners->what, (long long)address->id, log_quote(address->email, quoted, sizeof(quoted)));
	if (other != NONE)
		printf("is a mailbox of %s %lld, too\n", owners->what, (long long)other);
	else
		printf(mailbox.data ? "is not known by its mailbox yet: run stint migrate\n" : "is no address\n");
	(*count)++;
	return ERROR_NONE;
}

static enum error each_without(struct db_context *context, const struct mailbox_owners *owners, mailbox_action *action,
                               size_t *count)
{
	struct arena_mark   mark = arena_mark(context->arena);
	struct address_rows batch;
	int64_t             last = 0;

	do {
		arena_rewind(context->arena, mark);
		TRY(owners->list(context, last, BATCH, &batch));
		for (size_t i = 0; i < batch.count; i++) {
			TRY(action(context, owners, &batch.items[i], count));
			last = batch.items[i].id;
		}
	} while (batch.count == BATCH);
	arena_rewind(context->arena, mark);
	return ERROR_NONE;
}

static enum error each_address(struct db_context *context, mailbox_action *action, size_t *count)
{
	struct listed_rows workspaces;

	context->workspace_id = 0;
	TRY(each_without(context, &accounts, action, count));
	TRY(sql_list_workspaces(context, &workspaces));
	for (size_t i = 0; i < workspaces.count; i++) {
		context->workspace_id = workspaces.items[i].id;
		TRY(each_without(context, &members, action, count));
	}
	return ERROR_NONE;
}

enum error cli_fold_mailboxes(struct cli *cli, struct db_context *context)
{
	size_t folded = 0;

	(void)cli;
	return each_address(context, fold_mailbox, &folded);
}

enum error cli_check_mailboxes(struct db_context *context, size_t *differences)
{
	return each_address(context, tell_mailbox, differences);
}
