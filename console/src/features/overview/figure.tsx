import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './overview.module.css';

interface FigureProps {
  label: string;
  isReady: boolean;
  foot: ReactNode;
  children: ReactNode;
}

/** A number with its name above and its meaning below. */
export function Figure({ label, isReady, foot, children }: FigureProps) {
  return (
    <section className={classes.figure} aria-label={label}>
      <h2 className={classes.figureLabel}>{label}</h2>
      {isReady ? children : <Skeleton height={30} width="60%" />}
      <div className={classes.figureFoot}>{isReady && foot}</div>
    </section>
  );
}
