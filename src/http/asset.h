/* Files that are part of the program: pages and their parts, the API's documents. */
#ifndef STINT_HTTP_ASSET_H
#define STINT_HTTP_ASSET_H

#include "assets.h"
#include "http/request.h"

/* The page, or the part of one, at a path; or NULL. */
const struct asset *asset_find(struct text path);

/* The asset as the answer: packed or not, and 304 for whoever has it; with the headers that keep a page to itself. */
void asset_answer(struct request *request, const struct asset *asset);

/* The document with the server's own address before its paths (slashes at its end do not count), so that clients made
 * from it know where to go. ERROR_NO_MEMORY leaves ret as it is. */
enum error asset_at_address(struct arena *arena, const struct asset *document, struct text address, struct asset *ret);

#endif
