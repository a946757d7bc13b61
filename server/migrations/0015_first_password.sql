ALTER TABLE "identity"."operators" ADD COLUMN "must_change_password" boolean DEFAULT false NOT NULL;
