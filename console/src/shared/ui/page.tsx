import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { DocumentTitle } from './document-title.tsx';
import classes from './page.module.css';

interface PageProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the console: its title in the document and on the screen, then its panels. */
export function Page({ title, description, actions, children }: PageProps) {
  return (
    <div className={classes.page}>
      <DocumentTitle title={title} />
      <header>
        <div className={classes.header}>
          <Title order={1}>{title}</Title>
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </div>
        {description !== undefined && <p className={classes.description}>{description}</p>}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Tables run to the edge of their panel. */
  isFlush?: boolean;
  id?: string;
  children: ReactNode;
}

export function Panel({ title, description, actions, isFlush = false, id, children }: PanelProps) {
  return (
    <section className={classes.panel} data-flush={isFlush || undefined} id={id}>
      {(title !== undefined || actions !== undefined) && (
        <div className={classes.panelHeader}>
          <div className={classes.heading}>
            {title !== undefined && <Title order={2}>{title}</Title>}
            {description !== undefined && <p className={classes.panelDescription}>{description}</p>}
          </div>
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      <div className={classes.panelBody}>{children}</div>
    </section>
  );
}
