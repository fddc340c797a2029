/* TLS: the certificate that the server shows. The HTTP library shakes hands, and asks here which it is: so it can be
 * another one tomorrow, while those who are connected stay so. It knows nothing of requests.
 *
 * The library passes its question on without anything of ours: a process shows one certificate. */
#include "http/tls.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/arena.h"

#define CHAIN_MAX 16

/* Connections refer to it as long as they last, also when the next one is shown. It is a few KiB, and a new one comes
 * every few months: it stays until the end. */
struct pair {
	gnutls_pcert_st  chain[CHAIN_MAX];
	unsigned         length;
	gnutls_privkey_t key;
};

static struct arena           arena = {.limit = SIZE_MAX}; /* of all pairs */
static _Atomic(struct pair *) shown;

static void pair_end(void *data)
{
	struct pair *pair = data;

	for (unsigned i = 0; i < pair->length; i++)
		gnutls_pcert_deinit(&pair->chain[i]);
	if (pair->key)
		gnutls_privkey_deinit(pair->key);
}

static int load_key(const char *file, gnutls_privkey_t *key)
{
	gnutls_datum_t text;
	int            result = gnutls_load_file(file, &text);

	if (result < 0)
		return result;
	result = gnutls_privkey_init(key);
	if (result >= 0)
		result = gnutls_privkey_import_x509_raw(*key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	return result;
}

static bool belong_together(const struct pair *pair)
{
	unsigned char certificate[64], key[64];
	size_t        certificate_size = sizeof(certificate), key_size = sizeof(key);
	gnutls_pubkey_t public;

	if (gnutls_pubkey_init(&public) < 0)
		return false;
	bool equal =
		gnutls_pubkey_import_privkey(public, pair->key, 0, 0) >= 0 &&
		gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, key, &key_size) >= 0 &&
		gnutls_pubkey_get_key_id(pair->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, certificate, &certificate_size) >= 0 &&
		key_size == certificate_size && memcmp(key, certificate, key_size) == 0;
	gnutls_pubkey_deinit(public);
	return equal;
}

static bool pair_load(struct pair *pair, const char *certificate_file, const char *key_file,
                      char ret_reason[static TLS_REASON_SIZE])
{
	unsigned length = CHAIN_MAX;
	int      result =
		gnutls_pcert_list_import_x509_file(pair->chain, &length, certificate_file, GNUTLS_X509_FMT_PEM, NULL, NULL, 0);

	if (result >= 0) {
		pair->length = length;
		result = load_key(key_file, &pair->key);
	}
	if (result < 0)
		snprintf(ret_reason, TLS_REASON_SIZE, "%s: %s", pair->length ? key_file : certificate_file,
		         gnutls_strerror(result));
	else if (!belong_together(pair))
		snprintf(ret_reason, TLS_REASON_SIZE, "%s: the key is not that of the certificate", key_file);
	else
		return true;
	return false;
}

static int64_t pair_expires(const struct pair *pair)
{
	gnutls_x509_crt_t certificate;
	int64_t           expires = NONE;

	if (gnutls_pcert_export_x509((gnutls_pcert_st *)(uintptr_t)&pair->chain[0], &certificate) >= 0) {
		expires = gnutls_x509_crt_get_expiration_time(certificate);
		gnutls_x509_crt_deinit(certificate);
	}
	return expires;
}

bool tls_show(const char *certificate_file, const char *key_file, int64_t *ret_expires,
              char ret_reason[static TLS_REASON_SIZE])
{
	struct arena_mark mark = arena_mark(&arena);
	struct pair      *pair = arena_new(&arena, struct pair);

	snprintf(ret_reason, TLS_REASON_SIZE, "out of memory");
	if (!pair || !arena_on_end(&arena, pair_end, pair) || !pair_load(pair, certificate_file, key_file, ret_reason)) {
		arena_rewind(&arena, mark);
		return false;
	}
	*ret_expires = pair_expires(pair);
	atomic_store(&shown, pair);
	return true;
}

int tls_choose(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
               const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **ret_chain,
               unsigned *ret_length, gnutls_privkey_t *ret_key)
{
	(void)session, (void)authorities, (void)authority_count, (void)algorithms, (void)algorithm_count;
	struct pair *pair = atomic_load(&shown);

	*ret_chain = pair->chain;
	*ret_length = pair->length;
	*ret_key = pair->key;
	return 0;
}

void tls_forget(void)
{
	atomic_store(&shown, NULL);
	arena_destroy(&arena);
}

void tls_send_last(gnutls_session_t session, const char *data, size_t length)
{
	gnutls_record_send(session, data, length);
	gnutls_bye(session, GNUTLS_SHUT_WR);
}
