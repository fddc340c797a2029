/* Codes that are good once, for the second step of signing in: those of an authenticator app (TOTP, RFC 6238), and
 * those that are written down for the day on which there is no app. */
#ifndef STINT_AUTH_ONE_TIME_H
#define STINT_AUTH_ONE_TIME_H

#include "base/text.h"

/* What every app assumes where it is told nothing else; with SHA-1, as RFC 6238 has it first. */
#define ONE_TIME_DIGITS       6
#define ONE_TIME_STEP_SECONDS 30
#define ONE_TIME_SECRET_BYTES 20

/* The secret that an app and this installation share. It follows from the installation's key and is stored nowhere;
 * another `number` is another secret. */
void one_time_secret(int64_t user_id, int64_t number, unsigned char ret[static ONE_TIME_SECRET_BYTES]);

/* The step of time whose code this is: the present one, the one before or the one after it, for clocks differ and
 * people type slowly. NONE: there is no such step behind `last_step`, up to which codes were used. One that is far
 * ahead is that of a clock that was wrong, and counts no more. */
int64_t one_time_step(const unsigned char secret[static ONE_TIME_SECRET_BYTES], struct text code, int64_t now,
                      int64_t last_step);

/* The secret in base32, as people type it; and with the account's name as the address that apps read from a picture. */
struct text one_time_base32(struct arena *arena, const unsigned char secret[static ONE_TIME_SECRET_BYTES]);
struct text one_time_uri(struct arena *arena, struct text base32, struct text account);

/* A code to write down, of 80 random bits: "abcd-efgh-ijkl-mnop". */
struct text backup_code(struct arena *arena);

/* What is stored of it, however it was typed. */
struct text backup_code_hash(struct arena *arena, struct text code);

#endif
