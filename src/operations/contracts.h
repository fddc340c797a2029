/* What others than operations of the API say of contracts. */
#ifndef STINT_OPERATIONS_CONTRACTS_H
#define STINT_OPERATIONS_CONTRACTS_H

#include "contract.h"

/* A contract's event. `ret`: the contract, as the caller sees it. */
enum error contract_tell(struct db_context *db, int64_t kind, int64_t id, struct contract_row *ret);

#endif
