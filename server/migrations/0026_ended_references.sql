CREATE TABLE "audit"."ended_references" (
	"entry_id" text NOT NULL,
	"part" text NOT NULL,
	"proof" text NOT NULL,
	CONSTRAINT "ended_references_pkey" PRIMARY KEY("entry_id","part")
);

