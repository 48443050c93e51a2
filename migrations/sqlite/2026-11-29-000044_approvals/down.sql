DROP TABLE approval_groups;
DROP TABLE approvals;
DROP TABLE approval_policy_groups;
DROP TABLE approval_policies;
