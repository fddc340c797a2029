/* Addresses of mail. */
#ifndef STINT_BASE_MAILBOX_H
#define STINT_BASE_MAILBOX_H

#include "base/text.h"

/* The one spelling of an address, however it is written: the domain as in DNS (IDNA, lower case), the local part folded
 * as names are (NFKC, no case). Addresses are compared by it, and it is never shown: an address is shown as it was
 * given. NO_TEXT: this is no address. An address has a single '@', a local part of 1-64 bytes, a domain with a dot or
 * "localhost", no invisible or RFC 5322 special characters, and at most 254 bytes (RFC 5321 4.5.3.1). Only a mail can
 * tell whether it exists. */
struct text mailbox_of(struct arena *arena, struct text address);

#endif
