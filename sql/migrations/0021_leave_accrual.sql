-- How a policy's allowance is earned, and what of it goes over into the next year: off until somebody sets it.
ALTER TABLE leave_policies ADD COLUMN accrual BIGINT NOT NULL DEFAULT 1; -- 1 all on 1 January, 2 a twelfth each month
ALTER TABLE leave_policies ADD COLUMN carry_over BIGINT NOT NULL DEFAULT 0; -- amount at most; 0: nothing
ALTER TABLE leave_policies ADD COLUMN carry_over_months BIGINT NOT NULL DEFAULT 12; -- in which it can be used
