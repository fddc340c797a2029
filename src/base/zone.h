/* Time zones: names of the IANA database and what local time they keep. The rules are the system's database, read by
 * a library; there are none of our own. */
#ifndef STINT_BASE_ZONE_H
#define STINT_BASE_ZONE_H

#include "base/text.h"

/* A name in the machine's IANA database, such as "Europe/Berlin" or "UTC". Paths, offsets and POSIX rules are not. */
bool zone_exists(struct text name);

#endif
