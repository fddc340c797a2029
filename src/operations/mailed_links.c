/* Links that go to an account's address by mail. */
#include "operations/mailed_links.h"

#include "base/calendar.h"
#include "base/random.h"
#include "statements.h"

enum error mailed_link_make(struct db_context *db, enum mailed_link_kind kind, int64_t user_id, int64_t seconds,
                            const char *prefix, struct text *ret_secret)
{
	struct text            secret = random_secret(db->arena, prefix);
	struct mailed_link_row link = {hash_secret(db->arena, secret), kind, user_id, db->now + seconds};
	int64_t                made_after = db->now - SECONDS_PER_DAY, count;

	if (!secret.data || !link.hash.data)
		return ERROR_NO_MEMORY;
	TRY(sql_forget_mailed_links(db, user_id, kind, made_after, LINKS_A_DAY));
	TRY(sql_count_mailed_links(db, user_id, kind, made_after + seconds, LINKS_A_DAY, &count));
	if (user_id && count >= LINKS_A_DAY)
		secret = NO_TEXT;
	else
		TRY(sql_insert_mailed_link(db, &link));
	*ret_secret = secret;
	return ERROR_NONE;
}

enum error mailed_link_find(struct db_context *db, enum mailed_link_kind kind, struct text secret,
                            struct user_row *ret_user, bool *ret_found)
{
	struct text            hash = hash_secret(db->arena, secret);
	struct mailed_link_row link;
	bool                   found;

	if (!hash.data)
		return ERROR_NO_MEMORY;
	TRY(sql_find_mailed_link(db, hash, &link, &found));
	*ret_found = found && link.kind == kind && link.expires_at > db->now;
	return *ret_found ? sql_find_user(db, link.user_id, ret_user, ret_found) : ERROR_NONE;
}

enum error mailed_link_follow(struct db_context *db, enum mailed_link_kind kind, struct text secret,
                              struct user_row *ret_user, bool *ret_found)
{
	TRY(mailed_link_find(db, kind, secret, ret_user, ret_found));
	if (!*ret_found)
		return ERROR_NONE;
	TRY(sql_touch_user(db, ret_user->id));
	return mailed_link_find(db, kind, secret, ret_user, ret_found);
}
