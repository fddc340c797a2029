/* Passkeys: registered by who is signed in, and then a way to sign in that asks for nothing else. */
#include "auth/passkey.h"

#include "auth/principal.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/random.h"
#include "base/seal.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/accounts.h"
#include "statements.h"

#define PASSKEYS_MAX 20
#define NOBODY_YET   0 /* to whom the challenge of a sign-in is bound */
#define USER_HANDLE  "passkey user"

/* What a device keeps with the passkey, and names the account by when somebody signs in; it tells nothing. */
static struct text user_handle(struct arena *arena, int64_t user_id)
{
	char sealed[SEALED_ID_SIZE];

	seal_id(USER_HANDLE, user_id, sealed);
	return base64url_of(arena, (const unsigned char *)sealed, sizeof(sealed) - 1);
}

static enum error passkeys_party(struct call *call, struct passkey_party *ret)
{
	return passkey_party_of(call->db.arena, call->settings->public_url, ret);
}

/* --- registering ------------------------------------------------------------------------------------------------- */

enum error op_get_passkeys(struct call *call, struct get_passkeys_output *output)
{
	return sql_list_passkeys(&call->db, call->db.caller_id, &output->data);
}

enum error op_begin_passkey(struct call *call, struct begin_passkey_output *output)
{
	struct arena        *arena = call->db.arena;
	struct passkey_party party;
	struct passkey_rows  passkeys;
	struct line_row     *known;
	struct user_row      user;
	bool                 found;

	TRY(sql_find_user(&call->db, call->db.caller_id, &user, &found));
	if (!found)
		return ERROR_NOT_FOUND;
	TRY(sql_list_passkeys(&call->db, user.id, &passkeys));
	TRY(passkeys_party(call, &party));
	known = arena_alloc_array(arena, passkeys.count, sizeof(*known));
	output->data.challenge = passkey_challenge(arena, user.id, call->db.now);
	output->data.user_handle = user_handle(arena, user.id);
	if (!known || !output->data.challenge.data || !output->data.user_handle.data)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < passkeys.count; i++)
		known[i].line = passkeys.items[i].credential_id;
	output->data.known.items = known;
	output->data.known.count = passkeys.count;
	output->data.rp_id = party.id;
	output->data.user_name = user.email;
	return ERROR_NONE;
}

enum error op_create_passkey(struct call *call, const struct create_passkey_input *input,
                             struct create_passkey_output *output)
{
	struct passkey_answer answer = {
		input->client_data, input->authenticator_data, NO_TEXT, call->db.caller_id, call->db.now,
	};
	struct passkey_party party;
	struct passkey_rows  passkeys;
	struct passkey       made;
	struct passkey_row   row;

	TRY(passkeys_party(call, &party));
	row = (struct passkey_row){.user_id = call->db.caller_id, .name = input->name, .last_used_at = NONE};
	TRY(passkey_registered(call->db.arena, &party, &answer, &made, &row.challenged_at));
	TRY(sql_list_passkeys(&call->db, row.user_id, &passkeys));
	if (passkeys.count >= PASSKEYS_MAX)
		return ERROR_TOO_MANY;
	row.credential_id = made.id;
	row.algorithm = made.algorithm;
	row.public_key = made.public_key;
	row.sign_count = made.sign_count;
	row.created_at = call->db.now;
	TRY(sql_touch_user(&call->db, row.user_id));
	TRY(ids_next(call->db.ids, SEQUENCE_PASSKEYS, &row.id));
	TRY(sql_insert_passkey(&call->db, &row));
	output->data = row;
	return account_tell(call, row.user_id, TEXT("A passkey was added"));
}

enum error op_delete_passkey(struct call *call, const struct delete_passkey_input *input)
{
	int64_t changed;

	TRY(sql_delete_passkey(&call->db, call->db.caller_id, input->passkey_id, &changed));
	return changed ? account_tell(call, call->db.caller_id, TEXT("A passkey was removed")) : ERROR_NOT_FOUND;
}

/* --- signing in -------------------------------------------------------------------------------------------------- */

enum error op_begin_passkey_sign_in(struct call *call, struct begin_passkey_sign_in_output *output)
{
	struct passkey_party party;

	TRY(passkeys_party(call, &party));
	output->data.challenge = passkey_challenge(call->db.arena, NOBODY_YET, call->db.now);
	output->data.rp_id = party.id;
	return output->data.challenge.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

static enum error find_signer(struct call *call, const struct sign_in_by_passkey_input *input, struct passkey_row *ret)
{
	int64_t user_id;
	bool    found;

	if (!seal_open(USER_HANDLE, base64url_to_bytes(call->db.arena, input->user_handle), &user_id))
		return ERROR_PASSKEY_REFUSED;
	TRY(sql_find_passkey(&call->db, user_id, input->credential_id, ret, &found));
	return found ? ERROR_NONE : ERROR_PASSKEY_REFUSED;
}

/* The device has verified the person, by a face, a finger or a PIN: that is two factors already. */
enum error op_sign_in_by_passkey(struct call *call, const struct sign_in_by_passkey_input *input,
                                 struct sign_in_by_passkey_output *output)
{
	struct passkey_answer answer = {
		input->client_data, input->authenticator_data, input->signature, NOBODY_YET, call->db.now,
	};
	struct passkey_party party;
	struct passkey_row   row;
	int64_t              sign_count, challenged_at, used;

	TRY(passkeys_party(call, &party));
	TRY(find_signer(call, input, &row));
	TRY(sql_touch_user(&call->db, row.user_id));
	TRY(passkey_signed(call->db.arena, &party, &answer,
	                   &(struct passkey){row.credential_id, row.public_key, row.algorithm, row.sign_count}, &sign_count,
	                   &challenged_at));
	TRY(sql_use_passkey(&call->db, row.user_id, row.id, sign_count, challenged_at, call->db.now + PASSKEY_SECONDS,
	                    &used));
	if (!used)
		return ERROR_PASSKEY_REFUSED;
	output->data.state = SIGN_IN_STATE_SIGNED_IN;
	return session_begin(call, row.user_id, TOKEN_SESSION, &output->data.csrf_token);
}
