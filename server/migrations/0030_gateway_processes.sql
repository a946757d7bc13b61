CREATE TABLE "gateway"."processes" (
	"id" text PRIMARY KEY NOT NULL,
	"asked" integer NOT NULL,
	"answered" integer NOT NULL,
	"lease_until" timestamp with time zone NOT NULL
);

