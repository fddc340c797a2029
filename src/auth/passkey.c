/* Passkeys: libfido2 reads what authenticators say and checks signatures. Of what the browser adds, the client data,
 * type, challenge and origin are compared here. */
#include "auth/passkey.h"

#include <errno.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <jansson.h>

#include "base/host.h"
#include "base/random.h"
#include "base/vault.h"

#define FLAG_PRESENT  1
#define FLAG_VERIFIED 4
#define HASH_BYTES    32 /* SHA-256 */

static const int algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256};

enum error passkey_party_of(struct arena *arena, struct text public_url, struct passkey_party *ret)
{
	struct text origin = host_origin(public_url);
	const char *scheme_end = memmem(origin.data, origin.length, "://", 3);
	size_t      scheme = scheme_end ? (size_t)(scheme_end + 3 - origin.data) : 0;
	struct text host = {origin.data + scheme, origin.length - scheme};

	ret->origin = text_lower(arena, origin);
	ret->id = text_copy(arena, text_lower(arena, host_without_port(host)));
	return ret->origin.data && ret->id.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

/* --- challenges -------------------------------------------------------------------------------------------------- */

static bool challenge_vault(struct arena *arena, int64_t binding, struct vault *ret)
{
	struct text word = text_format(arena, "passkey %lld", (long long)binding);

	if (word.data)
		vault_of(word, 0, ret);
	return word.data != NULL;
}

struct text passkey_challenge(struct arena *arena, int64_t binding, int64_t now)
{
	struct vault vault;
	struct text  sealed;

	if (!challenge_vault(arena, binding, &vault))
		return NO_TEXT;
	sealed = vault_seal(&vault, arena, text_of_integer(arena, now));
	return sealed.data ? base64url_of(arena, (const unsigned char *)sealed.data, sealed.length) : NO_TEXT;
}

/* False: not ours, of somebody else, or too old. */
static bool open_challenge(struct arena *arena, const struct passkey_answer *answer, struct text challenge,
                           int64_t *ret_issued_at)
{
	struct text  sealed = base64url_to_bytes(arena, challenge);
	struct vault vault;
	int64_t      issued_at;

	if (!sealed.data || !challenge_vault(arena, answer->binding, &vault) ||
	    !text_to_integer(vault_open(&vault, arena, sealed), &issued_at) || issued_at > answer->now ||
	    answer->now - issued_at > PASSKEY_SECONDS)
		return false;
	*ret_issued_at = issued_at;
	return true;
}

/* --- client data ------------------------------------------------------------------------------------------------- */

static bool member_is(const json_t *object, const char *name, struct text value)
{
	return text_equal(text_of(json_string_value(json_object_get(object, name))), value);
}

static enum error check_client_data(struct arena *arena, const struct passkey_party *party,
                                    const struct passkey_answer *answer, const char *type, struct text *ret_client_data,
                                    int64_t *ret_issued_at)
{
	struct text  data = base64url_to_bytes(arena, answer->client_data);
	json_error_t fault = {.text = ""};
	json_t      *object = data.data ? json_loadb(data.data, data.length, JSON_REJECT_DUPLICATES, &fault) : NULL;
	struct text  challenge = text_of(json_string_value(json_object_get(object, "challenge")));
	bool         right = member_is(object, "type", text_of(type)) && member_is(object, "origin", party->origin) &&
	             !json_is_true(json_object_get(object, "crossOrigin")) &&
	             open_challenge(arena, answer, challenge, ret_issued_at);

	json_decref(object);
	if (arena->exhausted || (data.data && !object && json_error_code(&fault) == json_error_out_of_memory))
		return ERROR_NO_MEMORY;
	*ret_client_data = data;
	return right ? ERROR_NONE : ERROR_PASSKEY_REFUSED;
}

/* libfido2 says the same of what is wrong and of what it had no memory for; the allocator tells them apart. `errno` was
 * 0 before. */
static enum error refusal(void)
{
	return errno == ENOMEM ? ERROR_NO_MEMORY : ERROR_PASSKEY_REFUSED;
}

/* --- registering ------------------------------------------------------------------------------------------------- */

/* The key is of the algorithm that libfido2 is told; what is there is not. */
static bool read_credential(fido_cred_t *credential, struct text data, int *ret_algorithm)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		fido_cred_t *fresh = fido_cred_new();
		bool         read = fresh && fido_cred_set_type(fresh, algorithms[i]) == FIDO_OK &&
		            fido_cred_set_authdata_raw(fresh, (const unsigned char *)data.data, data.length) == FIDO_OK;

		fido_cred_free(&fresh);
		if (!read)
			continue;
		*ret_algorithm = algorithms[i];
		return fido_cred_set_type(credential, algorithms[i]) == FIDO_OK &&
		       fido_cred_set_authdata_raw(credential, (const unsigned char *)data.data, data.length) == FIDO_OK;
	}
	return false;
}

static bool is_of_party(struct arena *arena, struct text authenticator_data, const struct passkey_party *party)
{
	struct text hash = hash_secret(arena, party->id);

	if (!hash.data || authenticator_data.length < HASH_BYTES)
		return false;
	for (size_t i = 0; i < HASH_BYTES; i++)
		if ((unsigned char)authenticator_data.data[i] !=
		    text_hex_digit(hash.data[2 * i]) * 16 + text_hex_digit(hash.data[2 * i + 1]))
			return false;
	return true;
}

static enum error take_credential(struct arena *arena, struct text data, fido_cred_t *credential, struct passkey *ret)
{
	int algorithm;

	errno = 0;
	if (!read_credential(credential, data, &algorithm))
		return refusal();
	if ((fido_cred_flags(credential) & (FLAG_PRESENT | FLAG_VERIFIED)) != (FLAG_PRESENT | FLAG_VERIFIED) ||
	    !fido_cred_id_len(credential) || !fido_cred_pubkey_len(credential))
		return ERROR_PASSKEY_REFUSED;
	*ret = (struct passkey){
		.id = base64url_of(arena, fido_cred_id_ptr(credential), fido_cred_id_len(credential)),
		.public_key = base64url_of(arena, fido_cred_pubkey_ptr(credential), fido_cred_pubkey_len(credential)),
		.algorithm = algorithm,
		.sign_count = fido_cred_sigcount(credential),
	};
	return ret->id.data && ret->public_key.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

enum error passkey_registered(struct arena *arena, const struct passkey_party *party,
                              const struct passkey_answer *answer, struct passkey *ret, int64_t *ret_issued_at)
{
	struct text  client_data, data = base64url_to_bytes(arena, answer->authenticator_data);
	fido_cred_t *credential;
	enum error   error;

	TRY(check_client_data(arena, party, answer, "webauthn.create", &client_data, ret_issued_at));
	if (!is_of_party(arena, data, party))
		return ERROR_PASSKEY_REFUSED;
	credential = fido_cred_new();
	error = credential ? take_credential(arena, data, credential, ret) : ERROR_NO_MEMORY;
	fido_cred_free(&credential);
	return error;
}

/* --- signing in -------------------------------------------------------------------------------------------------- */

/* A key is made, used and given back by functions of its algorithm's own. */
static bool verify(const fido_assert_t *assertion, int algorithm, struct text key)
{
	bool right = false;

	if (algorithm == COSE_ES256) {
		es256_pk_t *es256 = es256_pk_new();

		right = es256 && es256_pk_from_ptr(es256, key.data, key.length) == FIDO_OK &&
		        fido_assert_verify(assertion, 0, algorithm, es256) == FIDO_OK;
		es256_pk_free(&es256);
	} else if (algorithm == COSE_EDDSA) {
		eddsa_pk_t *eddsa = eddsa_pk_new();

		right = eddsa && eddsa_pk_from_ptr(eddsa, key.data, key.length) == FIDO_OK &&
		        fido_assert_verify(assertion, 0, algorithm, eddsa) == FIDO_OK;
		eddsa_pk_free(&eddsa);
	} else if (algorithm == COSE_RS256) {
		rs256_pk_t *rs256 = rs256_pk_new();

		right = rs256 && rs256_pk_from_ptr(rs256, key.data, key.length) == FIDO_OK &&
		        fido_assert_verify(assertion, 0, algorithm, rs256) == FIDO_OK;
		rs256_pk_free(&rs256);
	}
	return right;
}

/* libfido2 compares the party, both flags and the signature. */
static bool is_signed(fido_assert_t *assertion, const struct passkey_party *party, struct text client_data,
                      struct text data, struct text signature, const struct passkey *passkey, struct text key)
{
	return data.data && signature.data && key.data && fido_assert_set_count(assertion, 1) == FIDO_OK &&
	       fido_assert_set_clientdata(assertion, (const unsigned char *)client_data.data, client_data.length) ==
	           FIDO_OK &&
	       fido_assert_set_rp(assertion, party->id.data) == FIDO_OK &&
	       fido_assert_set_up(assertion, FIDO_OPT_TRUE) == FIDO_OK &&
	       fido_assert_set_uv(assertion, FIDO_OPT_TRUE) == FIDO_OK &&
	       fido_assert_set_authdata_raw(assertion, 0, (const unsigned char *)data.data, data.length) == FIDO_OK &&
	       fido_assert_set_sig(assertion, 0, (const unsigned char *)signature.data, signature.length) == FIDO_OK &&
	       verify(assertion, (int)passkey->algorithm, key);
}

enum error passkey_signed(struct arena *arena, const struct passkey_party *party, const struct passkey_answer *answer,
                          const struct passkey *passkey, int64_t *ret_sign_count, int64_t *ret_issued_at)
{
	struct text    client_data, data = base64url_to_bytes(arena, answer->authenticator_data);
	struct text    signature = base64url_to_bytes(arena, answer->signature);
	struct text    key = base64url_to_bytes(arena, passkey->public_key);
	fido_assert_t *assertion;
	int64_t        count;
	enum error     error;
	bool           right;

	TRY(check_client_data(arena, party, answer, "webauthn.get", &client_data, ret_issued_at));
	assertion = fido_assert_new();
	if (!assertion)
		return ERROR_NO_MEMORY;
	errno = 0;
	right = is_signed(assertion, party, client_data, data, signature, passkey, key);
	error = right ? ERROR_NONE : refusal();
	count = right ? fido_assert_sigcount(assertion, 0) : 0;
	fido_assert_free(&assertion);
	TRY(error);
	if ((count || passkey->sign_count) && count <= passkey->sign_count)
		return ERROR_PASSKEY_REFUSED;
	*ret_sign_count = count;
	return ERROR_NONE;
}
