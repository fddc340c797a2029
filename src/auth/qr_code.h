/* A text as a picture that telephones read (QR code, by libqrencode). */
#ifndef STINT_AUTH_QR_CODE_H
#define STINT_AUTH_QR_CODE_H

#include "base/error.h"
#include "base/text.h"

/* Row by row, '1' for a dark module and '0' for a light one, without the quiet zone around it. */
enum error qr_code(struct arena *arena, struct text text, struct text **ret_rows, size_t *ret_count);

#endif
