/* TLS: the certificate that the server shows, and what goes out beside the HTTP library. That does the rest. */
#ifndef STINT_HTTP_TLS_H
#define STINT_HTTP_TLS_H

#include <gnutls/abstract.h>

#include "base/text.h"

/* What is spoken: nothing before TLS 1.2, each connection with keys of its own that are forgotten after it, and no
 * cipher that a change in what is sent could get past. */
#define TLS_PRIORITIES                                                                              \
	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD:" \
	"%SERVER_PRECEDENCE"

/* Reads a certificate, with those that lead from it to its authority behind it, and its key, both PEM, and shows them
 * to whoever connects from now on. On failure all stays as it is, and ret_reason says why. On one thread. */
#define TLS_REASON_SIZE 256
bool tls_show(const char *certificate_file, const char *key_file, int64_t *ret_expires,
              char ret_reason[static TLS_REASON_SIZE]);

/* gnutls_certificate_retrieve_function2: which pair is shown. */
int tls_choose(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
               const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **ret_chain,
               unsigned *ret_length, gnutls_privkey_t *ret_key);

/* When nobody is connected any more: forgets all pairs. */
void tls_forget(void);

/* Sends as much as can be sent at once, and that nothing comes after it. */
void tls_send_last(gnutls_session_t session, const char *data, size_t length);

#endif
